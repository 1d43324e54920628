Feature: Ways to start on the public portal
  A customer without a key picks a problem or a person.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @POR-01
  Scenario Outline: A portal offers what its administrator has set
    Given Carla is a customer with a Windows PC
    When Carla opens the portal "<portal>"
    Then Carla is offered the start methods "<methods>"

    Examples:
      | portal    | methods                            |
      | Main      | session key, issue, representative |
      | Keys only | session key                        |

  @POR-02 @QUE-04
  Scenario: Picking a name leads into that representative's queue
    Given Carla is a customer with a Windows PC
    When Carla picks the representative Alex on the portal
    Then the customer client is installed on Carla's device
    And Carla waits in Alex's personal queue

  @POR-02
  Scenario: Only representatives who are signed in are listed
    Given Carla is a customer with a Windows PC
    When Carla opens the portal
    Then Carla is offered the representatives "Alex Kim"
    Given Blair is signed in to the Android console
    When Carla opens the portal
    Then Carla is offered the representatives "Alex Kim, Blair Osei"
    When Alex signs out
    And Carla opens the portal
    Then Carla is offered the representatives "Blair Osei"

  @POR-02
  Scenario: A representative who has just gone is no longer there to be picked
    Given Carla is a customer with a Windows PC
    And Carla opens the portal
    And Carla is offered the representatives "Alex Kim"
    When Alex signs out
    And Carla picks the representative Alex from the open page
    Then Carla is told "the representative is not available"
    And Carla does not wait in any queue

  @POR-04 @QUE-08 @POR-08
  Scenario Outline: Picking an issue leads into the queue of the team that owns it
    Given Carla is a customer with a <device>
    When Carla picks the issue "<issue>" on the portal
    Then Carla waits in the <team> queue
    And Alex sees Carla's issue "<issue>" in the <team> queue

    Examples:
      | device     | issue                  | team    |
      | Windows PC | VPN does not connect   | Network |
      | Linux PC   | Printer prints nothing | Desktop |

  @POR-06 @AND-03
  Scenario Outline: Who accepts the agreement goes on to the question of recording
    Given Carla is a customer with a <device>
    When Carla picks the issue "VPN does not connect" on the portal "Formal"
    Then Carla is asked to agree to "Acme may see your screen while we help you."
    When Carla accepts the agreement
    Then Carla is asked whether the session may be recorded

    Examples:
      | device        |
      | Windows PC    |
      | Android phone |

  @POR-06
  Scenario: Who declines the agreement does not get in
    Given Carla is a customer with a Windows PC
    When Carla picks the issue "VPN does not connect" on the portal "Formal"
    And Carla declines the agreement
    Then Carla is told "the agreement was not accepted"
    And Carla does not wait in any queue

  @POR-07
  Scenario Outline: The customer decides whether the session is recorded
    Given Carla is a customer with a Windows PC
    When Carla picks the issue "VPN does not connect" on the portal "Formal"
    And Carla accepts the agreement
    And Carla <answers> recording
    And Alex accepts Carla's session
    Then recording of Carla's session is <outcome>

    Examples:
      | answers | outcome |
      | allows  | allowed |
      | refuses | refused |

  @POR-09
  Scenario: Key, portal and jump are three ways into a session
    Given Carla is a customer with a Windows PC
    And Dana is a customer with a Linux PC
    And a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    And Alex has generated a session key
    When Carla types Alex's session key on the portal
    And Dana picks the issue "VPN does not connect" on the portal
    And Alex accepts Carla's session
    And Alex accepts Dana's session
    And Alex jumps to "DB-01"
    Then Alex has 3 sessions open

  @INV-07
  Scenario: A phone without the app must get it first
    Given Carla is a customer with an Android phone without the app
    And Alex has generated a session key
    When Carla opens the URL of Alex's session key
    Then Carla is sent to the app store
    And Carla does not wait in any queue
    When Carla installs the app
    Then Carla waits in Alex's personal queue
