Feature: From click-to-chat to the full client
  When talk is not enough, the representative asks the customer to go on in the full client, in the same session.

  Background:
    Given the site "chat"
    And Alex is signed in to the desktop console

  @C2C-08
  Scenario: The customer is asked to go on in the full client
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    Then Alex can elevate Carla's client by "Elevate to Full Client"
    When Alex asks Carla to go on in the full client
    Then Carla is asked by Alex to go on in the full client
    And Alex reads that Carla is being asked to elevate

  @C2C-09 @ELV-01
  Scenario Outline: Who has the app goes on in it at once, in the same session
    Given Carla is a customer with an Android 13 phone that has <apps>
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    And Carla is in session with Alex
    And Carla writes "My screen is blue"
    And Alex reads "My screen is blue" from Carla
    When Alex asks Carla to go on in the full client
    And Carla agrees to be elevated
    Then Alex sees that Carla's client is "<client>"
    And Carla is in session with Alex
    And Carla reads "My screen is blue" from Carla
    When Carla writes "Here I am"
    Then Alex reads "Here I am" from Carla
    When Alex opens screen sharing in Carla's session
    Then Carla is asked whether Alex may use screen sharing

    Examples:
      | apps     | client    |
      | Support  | Support   |
      | Support+ | Support+  |

  @C2C-09 @AND-06
  Scenario: Who has both apps says which to go on with
    Given Carla is a customer with an Android 13 phone that has Support and Support+
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    When Alex asks Carla to go on in the full client
    And Carla agrees to be elevated
    Then Carla must choose between Support and Support+, of which only Support+ transfers files
    When Carla goes on with Support+
    Then Alex sees that Carla's client is "Support+"

  @C2C-10
  Scenario: A phone without the app is sent to its store, and the session goes on after the install
    Given Carla is a customer with an Android phone without the app
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    When Alex asks Carla to go on in the full client
    And Carla agrees to be elevated
    Then Carla's chat leads to the app store
    And Alex reads that Carla is getting the full client
    And Carla's client stays "click-to-chat" for Alex
    When Carla writes "It is installing"
    Then Alex reads "It is installing" from Carla
    When Carla installs the app
    Then Alex sees that Carla's client is "Support"
    And Carla is in session with Alex

  @C2C-10 @ELV-01
  Scenario Outline: A PC downloads the full client, and the session goes on in it
    Given Carla is a customer with a <device>
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    When Alex asks Carla to go on in the full client
    And Carla agrees to be elevated
    Then Alex sees that Carla's client is "user mode"
    And the customer client is installed on Carla's device
    And Carla is in session with Alex
    When Alex opens command shell in Carla's session
    And Carla allows command shell
    Then Alex can use command shell in Carla's session
    When Alex ends Carla's session
    Then Carla's device has no customer client any more

    Examples:
      | device     |
      | Windows PC |
      | Mac        |
      | Linux PC   |

  @C2C-10
  Scenario: A download that breaks off begins anew, and the session goes on
    Given Carla is a customer with a Windows PC on 3G
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    And Alex asks Carla to go on in the full client
    And Carla agrees to be elevated
    And Alex reads that Carla is getting the full client
    When Carla's network is down for 1 minute
    Then Alex sees that Carla's client is "user mode"
    And the customer client is installed on Carla's device

  @C2C-11
  Scenario: A customer who says no stays in the chat
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    When Alex asks Carla to go on in the full client
    And Carla declines to be elevated
    Then Alex reads that Carla's client is not elevated: "the customer declined"
    And Carla's client stays "click-to-chat" for Alex
    And nothing was installed on Carla's device
    When Carla writes "I would rather not"
    Then Alex reads "I would rather not" from Carla

  @C2C-11
  Scenario: A customer who does not answer stays in the chat
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    When Alex asks Carla to go on in the full client
    And 59 seconds pass
    Then Carla is asked by Alex to go on in the full client
    When 2 seconds pass
    Then Alex reads that Carla's client is not elevated: "the customer did not answer"
    And Carla is no longer asked about elevation
    And Carla's client stays "click-to-chat" for Alex

  @C2C-08
  Scenario: A representative who thinks better of it takes the question back
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    And Alex asks Carla to go on in the full client
    And Carla is asked by Alex to go on in the full client
    When Alex closes elevation in Carla's session
    Then Carla is no longer asked about elevation

  @C2C-09
  Scenario: A break of the line while the customer is being asked changes nothing
    Given Carla is a customer with an Android 13 phone that has Support
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    And Alex asks Carla to go on in the full client
    And Carla is asked by Alex to go on in the full client
    When Carla's network is down for 40 seconds
    And Carla agrees to be elevated
    Then Alex sees that Carla's client is "Support"
    And Carla is in session with Alex

  @C2C-09
  Scenario: Who elevates while waiting on hold is found there in the full client
    Given Carla is a customer with an Android 13 phone that has Support
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    And Alex asks Carla to go on in the full client
    And Carla agrees to be elevated
    And Alex sees that Carla's client is "Support"
    When Alex puts Carla's session on hold
    Then Carla waits in Alex's personal queue
    When Alex accepts Carla's session
    Then Alex sees that Carla's client is "Support"

  @C2C-08 @C2C-01
  Scenario: Who is in the full client already is not asked to go there
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Plain"
    And Alex accepts Carla's session
    And Carla is in session with Alex
    When Alex tries to ask Carla to go on in the full client
    Then Alex is told "expected something that this console offers, found Elevate to Full Client"
    And Carla is asked nothing about elevation
