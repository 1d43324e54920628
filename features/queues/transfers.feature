Feature: Transfers
  A session moves by hand into the queue of another team or of one representative, and waits there.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @TRF-01 @QUE-10
  Scenario: A waiting session is moved to another team
    Given Blair is signed in to the desktop console
    And Drew is signed in to the Android console
    And Carla waits in the Network queue
    When Alex transfers Carla's session to the Desktop team
    Then Drew sees Carla in the Desktop queue
    And Blair does not see Carla in any queue
    And Carla is told to wait at place 1

  @TRF-02 @QUE-02
  Scenario: A waiting session is moved to one representative
    Given Blair is signed in to the desktop console
    And Casey is signed in to the desktop console
    And Carla waits in the Network queue
    When Alex transfers Carla's session to Blair
    Then Blair's personal queue shows Carla waiting
    And nobody but Blair sees Carla in a queue
    When Blair accepts Carla's session
    Then Carla is in session with Blair

  @TRF-01
  Scenario: Whoever sees the line may move it, with or without the permission to take it
    Given Casey is signed in to the desktop console
    And Carla waits in the Network queue
    When Casey transfers Carla's session to Alex
    Then Alex's personal queue shows Carla waiting
    And Casey does not see Carla in any queue

  @TRF-03 @TRF-05
  Scenario: The owner hands a running session to another team
    Given Drew is signed in to the Android console
    And Carla is in session with Alex
    And Carla writes "It began this morning"
    And Alex reads "It began this morning" from Carla
    When Alex transfers Carla's session to the Desktop team
    Then Alex has no session open
    And Drew sees Carla in the Desktop queue
    And Carla is on hold
    When 1 hour passes
    Then Carla is on hold
    And Drew sees Carla in the Desktop queue
    When Carla writes "Still here"
    And Drew accepts Carla's session
    Then Carla is in session with Drew
    And Drew reads "It began this morning" from Carla
    And Drew reads "Still here" from Carla

  @TRF-04 @TRF-05 @QUE-02
  Scenario: The owner hands a running session to one representative
    Given Blair is signed in to the desktop console
    And Carla is in session with Alex
    When Alex transfers Carla's session to Blair
    Then Alex has no session open
    And Blair's personal queue shows Carla waiting
    And nobody but Blair sees Carla in a queue
    And Blair has no session open
    And Carla is on hold
    When Blair accepts Carla's session
    Then Carla is in session with Blair
    And Blair owns Carla's session

  @TRF-03
  Scenario: The others stay in a session that its owner transfers
    Given Blair is signed in to the desktop console
    And Drew is signed in to the desktop console
    And Carla is in session with Alex and Blair
    When Alex transfers Carla's session to the Desktop team
    Then Alex has no session open
    And Drew sees Carla in the Desktop queue
    And Blair has Carla's session open
    When Blair writes "Drew is coming" to everyone in Carla's session
    Then Carla reads "Drew is coming" from Blair
    When Drew accepts Carla's session
    Then Drew owns Carla's session
    And Carla is in session with Blair

  @TRF-04
  Scenario: Who is in the session already gets it at once
    Given Blair is signed in to the desktop console
    And Carla is in session with Alex and Blair
    When Alex transfers Carla's session to Blair
    Then Blair owns Carla's session
    And Carla is in session with Alex
    And Alex has Carla's session open

  @TRF-03
  Scenario: Only the owner hands a running session on
    Given Blair is signed in to the desktop console
    And Carla is in session with Alex and Blair
    When Blair tries to transfer Carla's session to the Network team
    Then Blair is told "only the owner may do this"
    And Alex owns Carla's session
    And Carla is in session with Alex

  @TRF-06
  Scenario: The transfer list shows teams, and representatives who are there
    Given Blair is signed in to the desktop console
    And Erin is signed in to the desktop console
    And Carla waits in the Network queue
    Then Alex may transfer to the teams "Network, Desktop, Billing"
    And Alex may transfer to the representatives "Blair Osei, Erin Novak"
    When Erin signs out
    Then Alex may transfer to the representatives "Blair Osei"

  @TRF-06
  Scenario: Without the permission it shows one's own teams
    Given Blair is signed in to the desktop console
    And Drew is signed in to the desktop console
    And Carla waits in the Network queue
    Then Blair may transfer to the teams "Network"
    And Blair may transfer to the representatives "Alex Kim, Drew Patel"
    When Blair tries to transfer Carla's session to the Desktop team
    Then Alex sees Carla in the Network queue
    And Drew does not see Carla in any queue

  @TRF-02
  Scenario: Whoever comes second is told
    Given Blair is signed in to the desktop console
    And Carla waits in the Network queue
    When Blair sees Carla in the Network queue
    And packets between Blair and the appliance are held
    And Alex accepts Carla's session
    And Blair tries to transfer Carla's session to Alex
    And packets between Blair and the appliance go on after 1 second
    Then Blair is told "no longer available"
    And Carla is in session with Alex

  @TRF-01 @CHT-07
  Scenario: The running log tells the way of a session
    Given Drew is signed in to the desktop console
    And Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Alex accepts Carla's session
    When Alex transfers Carla's session to the Desktop team
    And Drew accepts Carla's session
    Then the log of Carla's session on Drew's console shows:
      | who        | what                                | detail               |
      |            | Session Start                       |                      |
      |            | Conference Owner Changed            | Pre-start Conference |
      | Carla      | Conference Member Added             |                      |
      |            | Session Transferred to Queue        | Network queue        |
      | Alex Kim   | Conference Member Added             |                      |
      |            | Session Transferred Away from Queue | Network queue        |
      |            | Conference Owner Changed            | Alex Kim             |
      | Alex Kim   | Conference Member Departed          | transferred          |
      |            | Session Transferred to Queue        | Desktop queue        |
      | Drew Patel | Conference Member Added             |                      |
      |            | Session Transferred Away from Queue | Desktop queue        |
      |            | Conference Owner Changed            | Drew Patel           |
